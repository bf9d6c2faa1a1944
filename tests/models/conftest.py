import pytest


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch, request):
    """An empty cache, but for tests that need a model which the user has fetched."""
    if not request.node.get_closest_marker("pretrained"):
        monkeypatch.setenv("HEADWAY_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"
