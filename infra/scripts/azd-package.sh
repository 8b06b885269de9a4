#!/bin/sh
# Builds the package and unpacks it into dist/azd, which azure.yaml publishes. azd runs it; it takes no arguments.
set -eu
cd "$(dirname "$0")/../.."
mkdir -p dist
built=$(mktemp -d dist/azd-built.XXXXXX)
trap 'rm -rf "$built"' EXIT
make package ARGS="--output $built"
rm -rf dist/azd
mkdir dist/azd
for package in "$built"/*.zip; do
    .venv/bin/python -m zipfile -e "$package" dist/azd
done
