"""HL7 v2 messages: `stream` cuts a file into messages, `message` takes one apart, `visit` puts those of a stay together."""
