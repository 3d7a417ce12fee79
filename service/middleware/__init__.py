"""What surrounds every request, as plain ASGI: it costs a few microseconds a layer.

From the outside in: ``identity`` (request id), ``observing`` (access line, metrics), ``security``
(headers), Starlette's last resort for failures, ``bounds`` (address and head), ``bodies``.
"""
