"""HL7 FHIR R4B in and out, as plain dicts: the protocol, a safety check, a finished session.

    >>> from faceglide.exchange.fhir import protocol_bundle
    >>> from faceglide.protocol import load_protocol
    >>> protocol_bundle(load_protocol())["type"]
    'collection'

No picture and no face point ever leaves this way.
"""

from faceglide.exchange.fhir.check import answers_from_response, response_from_answers
from faceglide.exchange.fhir.library import protocol_bundle
from faceglide.exchange.fhir.session import session_bundle

__all__ = [
    "answers_from_response",
    "protocol_bundle",
    "response_from_answers",
    "session_bundle",
]
