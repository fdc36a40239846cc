"""The service that takes records in: HL7 v2 messages over MLLP, and files from watched folders.

`server` answers on the wire, `inbox` stores, `work` codes what is stored, `watch` takes files, `service` starts and
stops them together. A message is acknowledged when it is on the disk, and not before.
"""
