"""What the engine costs here, and what its scheduler does with a thousand workers that are modelled."""
