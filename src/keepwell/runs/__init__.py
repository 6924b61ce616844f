"""Use cases, one file each: they lead data through the rooms and talk to the outside by ports."""
