"""Years of archived episodes, coded part by part: on this machine's cores, or on a Spark cluster.

The unit of work is one function, `unit.code_table`, from an Arrow table to an Arrow table. A part is a row group of a Parquet
file or a stretch of a JSONL file; its results appear whole under their name or not at all, so that a run that was broken off
goes on where it stopped, and parts done twice are the same bytes.
"""
