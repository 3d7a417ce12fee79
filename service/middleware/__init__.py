"""What surrounds every request, as plain ASGI: of its cost most is the line in the log.

From the outside in: ``identity`` (request id), ``observing`` (access line, metrics), ``security``
(headers), Starlette's last resort for failures, ``bounds`` (address and head), ``bodies``.
"""
