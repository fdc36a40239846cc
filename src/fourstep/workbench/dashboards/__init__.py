"""The department's figures: counted now and then into cells, shown from the cells."""
