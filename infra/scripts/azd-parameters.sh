#!/bin/sh
# Writes the parameters that `azd up` deploys with: those of the profile TELLTALE_PROFILE (a, b or c; else a) for the
# customer TELLTALE_CUSTOMER, with the tag by which azd finds its environment (AZURE_ENV_NAME, which azd sets). azure.yaml runs it; set both with `azd env set`. Usage: azd-parameters.sh [TARGET]
set -eu
folder=$(cd "$(dirname "$0")/.." && pwd)
target=${1:-$folder/main.parameters.json}
profile=${TELLTALE_PROFILE:-a}
customer=${TELLTALE_CUSTOMER:-default}

case "$profile" in
a | b | c) ;;
*)
    echo "TELLTALE_PROFILE is a, b or c, not '$profile': azd env set TELLTALE_PROFILE a" >&2
    exit 2
    ;;
esac
case "$customer" in
*[!A-Za-z0-9._-]* | '')
    echo "TELLTALE_CUSTOMER has letters, digits, dots and dashes only: azd env set TELLTALE_CUSTOMER contoso" >&2
    exit 2
    ;;
esac
environment=${AZURE_ENV_NAME:-}
tags=
case "$environment" in
*[!A-Za-z0-9._-]*)
    echo "AZURE_ENV_NAME has letters, digits, dots and dashes only: azd env new contoso" >&2
    exit 2
    ;;
?*) tags="\\n    \"tags\": { \"value\": { \"azd-env-name\": \"$environment\" } }," ;;
esac
sed "s|\"parameters\": {|\"parameters\": {\n    \"customer\": { \"value\": \"$customer\" },$tags|" \
    "$folder/profiles/profile-$profile.parameters.json" >"$target"
