#!/usr/bin/env bash
# Lets the identity of the function app read the diagnostic settings of Entra, and nothing else of the tenant: Monitoring
# Reader at /providers/Microsoft.aadiam, which no role on a subscription covers. Whoever runs it may give roles there: a
# Global Administrator who has switched on "Access management for Azure resources" for himself, once.
#   grant-entra-settings.sh PRINCIPAL_ID [--dry-run]
# PRINCIPAL_ID: object id of the identity (output identityPrincipalId of the deployment).
set -euo pipefail
folder=$(cd "$(dirname "$0")/.." && pwd)
scope=/providers/Microsoft.aadiam

usage() {
    echo "grant-entra-settings: $1; usage: grant-entra-settings.sh PRINCIPAL_ID [--dry-run]" >&2
    exit 2
}
[ $# -ge 1 ] && [ $# -le 2 ] || usage "the object id of the identity is needed"
principal=$1 dry_run=
[[ $principal =~ ^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$ ]] || usage "$principal is no object id"
if [ $# = 2 ]; then
    [ "$2" = --dry-run ] || usage "$2 is not known"
    dry_run=yes
fi
role=$(sed -n 's/.*"monitoringReader": *"\([0-9a-f-]*\)".*/\1/p' "$folder/roles.json")
[ -n "$role" ] || { echo "grant-entra-settings: $folder/roles.json has no monitoringReader" >&2 && exit 2; }

held=$(az role assignment list --scope "$scope" --output tsv \
    --query "[?principalId=='$principal' && ends_with(roleDefinitionId, '$role')].id")
if [ -n "$held" ]; then
    echo "held already: Monitoring Reader at $scope"
    exit 0
fi
command=(role assignment create --assignee-object-id "$principal" --assignee-principal-type ServicePrincipal
    --role "$role" --scope "$scope")
if [ -n "$dry_run" ]; then
    echo "would grant: Monitoring Reader at $scope"
    echo "    az ${command[*]}"
else
    az "${command[@]}" --output none
    echo "granted: Monitoring Reader at $scope"
fi
