#!/usr/bin/env bash
# Looks before a deployment for what would make it fail halfway, and creates nothing. Exit status 1 if something would.
#   preflight.sh --location REGION [--workspace RESOURCE_ID] [--zones] [--playbooks PRINCIPAL_ID]
#                [--private] [--telemetry] [--lighthouse]
# --workspace: an existing one. --zones: zoneRedundant=true. --playbooks: what playbooksPrincipalId will be.
# --private: privateNetwork=true. --telemetry, --lighthouse: infra/telemetry/ and infra/lighthouse.bicep come after it.
set -euo pipefail
location='' workspace='' zones='' playbooks='' private='' telemetry='' lighthouse=''
usage() { echo "preflight: $1" >&2 && exit 2; }
while [ $# -gt 0 ]; do
    case "$1" in
    --zones | --private | --telemetry | --lighthouse) declare "${1#--}=yes" ;;
    --location | --workspace | --playbooks)
        [ $# -ge 2 ] || usage "$1 needs a value"
        declare "${1#--}=$2"
        shift
        ;;
    *) usage "$1 is not known; there are --location, --workspace, --zones, --playbooks, --private, --telemetry and --lighthouse" ;;
    esac
    shift
done
[ -n "$location" ] || usage "--location is missing, as --location westeurope"
[ -z "$workspace" ] ||
    [[ $workspace =~ ^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft.OperationalInsights/workspaces/[^/]+$ ]] ||
    usage "'$workspace' is no resource id of a workspace"
location=$(tr -d ' ' <<<"${location,,}")

failed=''
ok() { echo "ok     $1"; }
wrong() { # WHAT REPAIR
    echo "wrong  $1"
    echo "       $2"
    failed=yes
}
ask() { az "$@" --output tsv 2>/dev/null || true; }

subscription=$(ask account show --query id)
if [ -z "$subscription" ]; then
    wrong "the Azure CLI is not signed in" "az login"
    exit 1
fi
ok "subscription $(ask account show --query name) ($subscription)"

# Rights. Custom roles may be enough as well, so nothing but the absence of everything is called wrong.
person=$(ask ad signed-in-user show --query id)
roles=$(ask role assignment list --assignee "${person:-$(ask account show --query user.name)}" \
    --scope "/subscriptions/$subscription" --include-inherited --include-groups --query '[].roleDefinitionName')
has() { grep -qixF "$1" <<<"$roles"; }
if has Owner || { has Contributor &&
    { has "Role Based Access Control Administrator" || has "User Access Administrator"; }; }; then
    ok "you may create resources and assign roles"
else
    wrong "you hold neither Owner, nor Contributor with Role Based Access Control Administrator (you hold: $(
        paste -sd ',' <<<"${roles:-nothing}"))" "docs/permissions.md, 'Who deploys'; for once is enough"
fi

regions=$(ask functionapp list-flexconsumption-locations ${zones:+--zone-redundant=true} --query '[].name')
if tr -d ' ' <<<"${regions,,}" | grep -qxF "$location"; then
    ok "$location has Flex Consumption${zones:+ with zones}"
else
    wrong "$location has no Flex Consumption${zones:+ with zones}" \
        "az functionapp list-flexconsumption-locations${zones:+ --zone-redundant=true}"
fi

# A deployment registers the providers of its own types for who may; the last three it never does.
for provider in Microsoft.Web Microsoft.EventHub Microsoft.Storage Microsoft.ManagedIdentity Microsoft.Insights \
    Microsoft.OperationalInsights Microsoft.SecurityInsights ${playbooks:+Microsoft.Logic} \
    ${private:+Microsoft.Network Microsoft.App} ${telemetry:+Microsoft.PolicyInsights} \
    ${lighthouse:+Microsoft.ManagedServices}; do
    [ "$(ask provider show --namespace "$provider" --query registrationState)" = Registered ] ||
        wrong "the subscription does not have $provider" "az provider register --namespace $provider --wait"
done

if [ -n "$workspace" ]; then
    there=$(ask resource show --ids "$workspace" --query location)
    endpoint=$(ask cloud show --query endpoints.resourceManager)
    state="${endpoint%/}$workspace/providers/Microsoft.SecurityInsights/onboardingStates/default?api-version=2025-09-01"
    if [ -z "$there" ]; then
        wrong "there is no workspace $workspace, or you may not see it" "az monitor log-analytics workspace list"
    elif [ "$(cut -d / -f 3 <<<"${workspace,,}")" != "${subscription,,}" ]; then
        wrong "the workspace is in another subscription" "az account set --subscription $(cut -d / -f 3 <<<"$workspace")"
    else
        [ "$there" = "$location" ] && ok "the workspace is in $there" ||
            ok "the workspace is in $there: deploy with workspaceLocation=$there"
        [ -n "$(ask rest --method get --url "$state" --query id)" ] && ok "Microsoft Sentinel is on in it" ||
            wrong "Microsoft Sentinel is not on in the workspace" "deploy with onboardSentinel=true"
    fi
fi

if [ -n "$playbooks" ]; then
    [ "$(ask ad sp show --id "$playbooks" --query appId)" = 98785600-1bb7-4fb9-b9fa-19afe2c8a360 ] &&
        ok "playbooks are started by Azure Security Insights" ||
        wrong "$playbooks is not the principal of Azure Security Insights in this tenant" \
            "az ad sp show --id 98785600-1bb7-4fb9-b9fa-19afe2c8a360 --query id --output tsv"
fi
[ -z "$failed" ] || exit 1
