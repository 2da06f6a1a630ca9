#!/bin/sh
# Checks the JavaScript of the pages and of their tests. Quiet when all is well.
set -eu
cd "$(dirname "$0")"
if [ ! -x node_modules/.bin/eslint ]; then
  npm ci --no-audit --no-fund --loglevel=error
fi
exec npm run --silent lint
