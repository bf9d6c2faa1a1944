"""The kernel's walls by system call, standard library only: this runs inside the jail."""
