"""Evidence over REST: a document that can be verified, or the same as a page."""

from urllib.parse import quote

from bot.api.v1.call import Answer, Call
from bot.views.evidence_page import evidence_page
from orchestration.services import evidence

# The page brings its own style, which the policy of all other answers forbids.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"


async def read_evidence(call: Call) -> Answer:
    """Who approved which build on what evidence, or with `Accept: text/html` a page of it; that is recorded."""
    document = await evidence.export(call.engine, call.tenant_id, call.names["id"], actor=call.actor)
    headers = {"Vary": "Accept"}
    if not call.html:
        return Answer(body=document, headers=headers)
    name = quote(f"evidence-{document['release']['id']}.html")
    headers |= {"Content-Security-Policy": _POLICY, "Content-Disposition": f'inline; filename="{name}"'}
    return Answer(html=evidence_page(document), headers=headers)
