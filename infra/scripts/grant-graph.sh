#!/usr/bin/env bash
# Grants application permissions of Microsoft Graph to a managed identity. Whoever runs it is Privileged Role
# Administrator in the tenant, once; the deployment itself needs no right in the directory.
#   grant-graph.sh PRINCIPAL_ID WHO [--dry-run]
# PRINCIPAL_ID: object id of the identity (output identityPrincipalId of the deployment, or of a playbook).
# WHO: what the permissions are for, the first column of infra/graph-permissions.txt.
set -euo pipefail
folder=$(cd "$(dirname "$0")/.." && pwd)
graph_app=00000003-0000-0000-c000-000000000000 # Microsoft Graph, in every tenant and cloud

usage() {
    echo "grant-graph: $1; usage: grant-graph.sh PRINCIPAL_ID WHO [--dry-run], WHO is one of:" \
        "$(awk '!/^#/ {print $1}' "$folder/graph-permissions.txt" | sort -u | paste -sd ' ')" >&2
    exit 2
}
[ $# -ge 2 ] && [ $# -le 3 ] || usage "two arguments are needed"
principal=$1 who=$2 dry_run=
[[ $principal =~ ^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$ ]] || usage "$principal is no object id"
if [ $# = 3 ]; then
    [ "$3" = --dry-run ] || usage "$3 is not known"
    dry_run=yes
fi
permissions=$(awk -v who="$who" '!/^#/ && $1 == who {print $2}' "$folder/graph-permissions.txt")
[ -n "$permissions" ] || usage "nothing needs permissions as '$who'"

resource=$(az ad sp show --id "$graph_app" --query id --output tsv)
endpoint=$(az cloud show --query endpoints.microsoftGraphResourceId --output tsv)
assignments="${endpoint%/}/v1.0/servicePrincipals/$principal/appRoleAssignments"
held=$(az rest --method get --url "$assignments" --query "value[].appRoleId" --output tsv)
for permission in $permissions; do
    role=$(az ad sp show --id "$graph_app" --output tsv \
        --query "appRoles[?value=='$permission' && contains(allowedMemberTypes, 'Application')].id")
    if [ -z "$role" ]; then
        echo "grant-graph: Microsoft Graph has no application permission $permission in this cloud" >&2
        exit 2
    fi
    if grep -qx "$role" <<<"$held"; then
        echo "held already: $permission"
        continue
    fi
    body="{\"principalId\": \"$principal\", \"resourceId\": \"$resource\", \"appRoleId\": \"$role\"}"
    if [ -n "$dry_run" ]; then
        echo "would grant: $permission"
        echo "    az rest --method post --url $assignments --body '$body'"
    else
        az rest --method post --url "$assignments" --body "$body" --output none
        echo "granted: $permission"
    fi
done
