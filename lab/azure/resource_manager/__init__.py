"""A stand-in for Azure Resource Manager: deploys parsed Bicep into memory, and refuses what Azure refuses.

    tokens.py, bicep.py, syntax.py  text -> declarations and expressions
    expressions.py                  expressions -> values; what it does not know is an error, never a guess
    template.py, values.py          a file with its parameters: resources in the order of their dependencies, modules
    azure.py, roles.py              the state: subscriptions, groups, resources, principals and what they may do
    service.py                      one resource is written or deleted
    providers.py                    which resource providers a deployment registers by itself
    refusals.py, answers.py         what the service refuses, each with where it is documented, and what it adds
    names.py, hosting.py, hubs.py, workspaces.py, policy_definitions.py
                                    the refusals, by what they are about
    policy.py                       applies assigned policies as their identities
    unknown.py                      what it does not know

It is not Azure. It checks what is in `REFUSALS` and no other rule of a service.
"""
