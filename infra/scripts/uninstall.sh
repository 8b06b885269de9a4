#!/usr/bin/env bash
# Removes Telltale from the subscription of `az account show`, and leaves nothing but the tables with their alerts.
#   uninstall.sh [--name telltale] [--workspace RESOURCE_ID] [--tenant] [--dry-run]
# --name: the name it was deployed with. --workspace: its workspace, where that is not in its resource group.
# --tenant: Entra's diagnostic setting and the right to read it too. --dry-run prints the commands and runs none.
set -euo pipefail
name=telltale workspace='' tenant='' dry_run=''
while [ $# -gt 0 ]; do
    case "$1" in
    --name | --workspace)
        [ $# -ge 2 ] || { echo "uninstall: $1 needs a value" >&2 && exit 2; }
        [ "$1" = --name ] && name=$2 || workspace=$2
        shift
        ;;
    --tenant) tenant=yes ;;
    --dry-run) dry_run=yes ;;
    *)
        echo "uninstall: $1 is not known; there are --name, --workspace, --tenant and --dry-run" >&2
        exit 2
        ;;
    esac
    shift
done
[[ $name =~ ^[a-z0-9]{3,12}$ ]] || { echo "uninstall: '$name' is no name of a deployment" >&2 && exit 2; }
group=rg-$name

run() {
    printf '%s' az
    printf ' %q' "$@"
    printf '\n'
    [ -n "$dry_run" ] || az "$@"
}
found() { az "$@" --output tsv; }

if [ "$(az group exists --name "$group")" != true ]; then
    echo "uninstall: there is no resource group $group in this subscription (az account show)" >&2
    exit 2
fi
own=$(found monitor log-analytics workspace list --resource-group "$group" --query '[].id')
[ -n "$workspace" ] || workspace=$own

# 1. Telemetry: the policy first, or it would turn the settings on again.
settings=telltale-$name
for assignment in $(found policy assignment list --query "[?name=='$settings'].name"); do
    principal=$(found policy assignment show --name "$assignment" --query identity.principalId)
    for role in $(found role assignment list --assignee "$principal" --query '[].id'); do
        run role assignment delete --ids "$role"
    done
    run policy assignment delete --name "$assignment"
done
for set in $(found policy set-definition list --query "[?name=='$settings'].name"); do
    run policy set-definition delete --name "$set" --yes
done
for policy in $(found policy definition list --query "[?starts_with(name, '$settings-')].name"); do
    run policy definition delete --name "$policy" --yes
done
for setting in $(found monitor diagnostic-settings subscription list --query "value[?name=='$settings'].name"); do
    run monitor diagnostic-settings subscription delete --name "$setting" --yes
done
for resource in $(found resource list --query '[].id'); do
    for setting in $(found monitor diagnostic-settings list --resource "$resource" \
        --query "[?name=='$settings'].name" 2>/dev/null); do
        run monitor diagnostic-settings delete --name "$setting" --resource "$resource"
    done
done
if [ -n "$tenant" ]; then
    endpoint=$(found cloud show --query endpoints.resourceManager)
    run rest --method delete \
        --url "${endpoint%/}/providers/microsoft.aadiam/diagnosticSettings/$settings?api-version=2017-04-01"
    principal=$(found identity show --resource-group "$group" --name "id-$name" --query principalId)
    for role in $(found role assignment list --scope /providers/Microsoft.aadiam \
        --query "[?principalId=='$principal'].id"); do
        run role assignment delete --ids "$role"
    done
fi

# 2. What stands in the workspace: rules, workbook, parsers, queries. The tables stay.
if [ -n "$workspace" ]; then
    endpoint=$(found cloud show --query endpoints.resourceManager)
    for kind in automationRules alertRules; do
        rules="${endpoint%/}$workspace/providers/Microsoft.SecurityInsights/$kind"
        for rule in $(found rest --method get --url "$rules?api-version=2025-09-01" \
            --query "value[?starts_with(properties.displayName, 'Telltale')].name" 2>/dev/null); do
            run rest --method delete --url "$rules/$rule?api-version=2025-09-01"
        done
    done
    books="${endpoint%/}${workspace%/providers/*}/providers/Microsoft.Insights/workbooks"
    for book in $(found rest --method get --url "$books?api-version=2023-06-01&category=sentinel" \
        --query "value[?properties.displayName=='Telltale ($name)'].name" 2>/dev/null); do
        run rest --method delete --url "$books/$book?api-version=2023-06-01"
    done
    searches="${endpoint%/}$workspace/savedSearches"
    for search in $(found rest --method get --url "$searches?api-version=2025-02-01" \
        --query "value[?properties.category=='Telltale'].name"); do
        run rest --method delete --url "$searches/$search?api-version=2025-02-01"
    done
fi

# 3. Roles of the identities outside the resource group, then everything in it.
for identity in $(found identity show --resource-group "$group" --name "id-$name" --query principalId) \
    $(found resource list --resource-group "$group" --resource-type Microsoft.Logic/workflows \
        --query '[].identity.principalId'); do
    for role in $(found role assignment list --assignee "$identity" --all --query '[].id'); do
        run role assignment delete --ids "$role"
    done
done
if [ -n "$own" ]; then
    echo "uninstall: $group holds the workspace with the tables; everything else in it is removed"
    for resource in $(found resource list --resource-group "$group" \
        --query "[?type!='Microsoft.OperationalInsights/workspaces' && \
type!='Microsoft.OperationsManagement/solutions'].id"); do
        run resource delete --ids "$resource"
    done
else
    run group delete --name "$group" --yes
fi
for role in $(found role definition list --custom-role-only \
    --query "[?starts_with(roleName, 'Telltale: ') && ends_with(roleName, ' ($name)')].name"); do
    run role definition delete --name "$role"
done
for deployment in $(found deployment sub list --query "[?name=='$settings' || name=='$name'].name"); do
    run deployment sub delete --name "$deployment"
done
echo "uninstall: what is left: the tables Telltale*_CL, until their retention is over"
