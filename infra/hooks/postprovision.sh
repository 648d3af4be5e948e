#!/bin/sh
# azd runs this from the repository's root; what it does is in tools/azd-hook/main.ts, the same for both shells.
set -eu
exec npm run --silent azd-hook -- postprovision
