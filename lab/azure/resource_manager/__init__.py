"""A stand-in for Azure Resource Manager: deploys parsed Bicep into memory, and refuses what Azure refuses.

    bicep.py        text -> declarations and expressions
    expressions.py  expressions -> values; what it does not know is an error, never a guess
    template.py     one file with its parameters: resources in the order of their dependencies, modules, outputs
    subscription.py the state: tenant, subscriptions, groups, resources, registrations, roles
    providers/      what a resource type answers and refuses, each refusal with where it is documented

It is not Azure: `unknown.py` lists what it does not check.
"""
