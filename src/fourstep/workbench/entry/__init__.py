"""A plain sheet on which codes are entered beside a record, without any code shown: for auditors and for practice."""
