"""CDA and C-CDA documents: `header` says who and which stay, `narrative` reads the sections, `entries` the codes in them."""
