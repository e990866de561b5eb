"""Files as case systems: each kind is read into text tables, which are then queried like any other database."""
