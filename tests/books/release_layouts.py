"""Names and headers of release files as they come."""

ICD10_HEADER = (
    "CODE\tALT_CODE\tUSAGE\tUSAGE_UK\tDESCRIPTION\tMODIFIER_4\tMODIFIER_5\tQUALIFIERS\tGENDER_MASK\tMIN_AGE\tMAX_AGE"
    "\tTREE_DESCRIPTION"
)
ICD10_NAME = "ICD10_Edition5_CodesAndTitlesAndMetadata_GB_20160401.txt"
OPCS4_NAME = "OPCS411 CodesAndTitles Nov 2025 V1.0.txt"
