"""How good the data is: rules across feeds, the working list of the quarantine, freshness, and the page of all that."""
