#!/usr/bin/env bash
# Packs what npm would publish, installs it in an empty folder, and uses it there as its users do.
# Prints what it does, and stops at the first failure. Needs the npm registry, for msw and Jest.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
folder=$(mktemp -d "${TMPDIR:-/tmp}/ricloud-mock-packed-XXXXXX")
trap 'rm -rf "$folder"' EXIT
passed=0

# check <what holds> <command…>: runs the command, and shows its output if it fails.
check() {
  local title=$1
  shift
  if "$@" >"$folder/output.txt" 2>&1; then
    passed=$((passed + 1))
    echo "ok      $title"
  else
    echo "FAILED  $title"
    sed 's/^/        /' "$folder/output.txt"
    echo "packed: $passed passed, 1 failed"
    exit 1
  fi
}

npm_quietly() { npm "$@" --no-audit --no-fund --loglevel=error; }
prints() { [ "$("${@:2}")" = "$1" ]; }
holds_only_what_is_used() {
  ! tar -tzf "$folder/$tarball" | grep -vE '^package/(package\.json|README\.md|LICENSE|CHANGELOG\.md|dist/.*)$' &&
    ! tar -tzf "$folder/$tarball" | grep -E '(^|/)test/|\.test\.|/(build|bundling)\.d\.'
}

cd "$root"
check 'The package builds' npm run build
check 'It packs' npm pack --pack-destination "$folder"
tarball=$(cd "$folder" && ls ./*.tgz)

cd "$folder"
cp "$root"/test/packed/examples/* .
# Named so that no tool takes them for a part of this project.
for example in *.example; do mv "$example" "${example%.example}"; done
echo '{ "name": "consumer", "private": true, "type": "module" }' >package.json
check 'It installs beside msw in an empty folder' npm_quietly install "$tarball" "msw@$(node -p "require('$root/node_modules/msw/package.json').version")"
check 'Every door opens, and the one for browsers is refused in Node' node doors.mjs
check 'A new organisation comes to its first session and a webhook, in the process' node first-session.embedded.mjs
check 'The same through a server' node first-session.standalone.mjs
check 'Its example for node:test passes' node --test node-test.mjs
check 'The command tells its version' prints "$(node -p "require('$root/package.json').version")" npx --no-install ricloud-mock --version
check 'The command starts from the installed package, and ends on SIGTERM' node command.mjs
check 'A project in TypeScript compiles against it, its libraries checked too' "$root/node_modules/.bin/tsc" --project tsconfig.json
check 'Jest 30 installs' npm_quietly install --save-dev jest@30
check 'Its example for Jest passes' env NODE_OPTIONS=--experimental-vm-modules npx --no-install jest --testRegex 'jest-test\.mjs$'
cd "$root"
check 'It holds nothing but what its users need' holds_only_what_is_used

echo "packed: $passed passed, 0 failed"
