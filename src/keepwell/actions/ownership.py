"""Who owns a CTA or a task: the account's CSM, or the most senior person with free hours."""

# Roles that the owner of a CTA fills without being looked for.
OWNER_ROLES = ("csm", "strategic_csm", "pooled_csm")
