"""Out to the rest of the NHS: an Episode with its CodedEpisode, as the files that other systems expect.

Every writer has a reader beside it, so that what was written can be shown to be what was meant. Nothing here codes.
"""
