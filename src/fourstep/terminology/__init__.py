"""What a site imports besides the books: synonyms of SNOMED CT, the ClaML and the American index, maps and exclusions."""
