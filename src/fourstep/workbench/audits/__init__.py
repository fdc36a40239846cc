"""Audits of coding: the sample, the auditor's codes, differences and answers, recommendations, the report."""
