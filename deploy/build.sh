# shellcheck shell=bash
# What deploy/cuewire and deploy/test share: where the checkout is, a JDK and a Maven to build with, one build at a time.

: "${root:?set by the script that reads this one}"
# shellcheck source=src/main/bin/jdk.sh
. "$root/deploy/src/main/bin/jdk.sh"
# Not in a target folder: `mvn clean` would take the lock away.
work=$root/.build
stamp=$work/built
lock=$work/lock
umask 022 # a jar keeps its files' modes: they must not depend on who builds

need_tools() {
  find_jdk javac || exit 1
  command -v mvn >/dev/null || {
    echo "cuewire: needs Maven 3.8 or newer to build: install it (Debian, Ubuntu: apt-get install maven; macOS: brew install maven)" >&2
    exit 1
  }
  # Maven's own libraries use what JDK 25 warns of.
  export MAVEN_OPTS="--sun-misc-unsafe-memory-access=allow ${MAVEN_OPTS-}"
}

# A symbolic link that names the builder's process: made in one step, and seen through when that process is gone.
take_lock() {
  local holder told=
  mkdir -p "$work"
  until ln -s $$ "$lock" 2>/dev/null; do
    holder=$(readlink "$lock") || continue
    if ! kill -0 "$holder" 2>/dev/null; then
      rm -f "$lock"
    elif [ -z "$told" ]; then
      told=1
      echo "cuewire: waiting for the build that runs as process $holder…" >&2
    else
      sleep 1
    fi
  done
  trap 'rm -f "$lock"' EXIT
  trap 'exit 130' INT TERM HUP
  export CUEWIRE_BUILDING=1
}

# build MAVEN-ARGUMENTS…: sets the stamp if that made a distribution; what changes while Maven runs is newer than it.
build() {
  local status=0
  : >"$stamp.new"
  (cd "$root" && exec mvn -B "$@") || status=$?
  if [ "$status" -eq 0 ] && [ "$root/deploy/target/dist" -nt "$stamp.new" ]; then mv "$stamp.new" "$stamp"; fi
  return "$status"
}
