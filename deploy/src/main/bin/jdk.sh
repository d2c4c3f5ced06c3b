# shellcheck shell=bash
# Finds a JDK 25 or newer, for the launchers. It starts none to ask: each tells its version in its file `release`.

# find_jdk TOOL: sets JAVA_HOME and jdk_version to the first that has bin/TOOL (java, or javac to build); 1 if none has.
find_jdk() {
  local tool=$1 folder
  local -a path
  IFS=: read -r -a path <<<"$PATH"
  for folder in "${JAVA_HOME-}" "${path[@]/%\/bin/}" /usr/lib/jvm/* /Library/Java/JavaVirtualMachines/*/Contents/Home \
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home "${HOME-}"/.sdkman/candidates/java/*; do
    if [ -x "$folder/bin/$tool" ] && [ -r "$folder/release" ] && read_jdk_version "$folder/release"; then
      export JAVA_HOME=$folder
      return 0
    fi
  done
  echo "cuewire: needs a JDK 25 or newer and found none: install one (Eclipse Temurin 25, or your system's openjdk-25-jdk), or set JAVA_HOME" >&2
  return 1
}

read_jdk_version() {
  local line major=0
  jdk_version=
  while IFS= read -r line; do
    line=${line//\"/}
    case $line in
      JAVA_VERSION=*)
        major=${line#*=}
        jdk_version=${jdk_version:-$major}
        major=${major%%[!0-9]*}
        ;;
      JAVA_RUNTIME_VERSION=*) jdk_version=${line#*=} ;; # says the build and the vendor's variant too
    esac
  done <"$1"
  [ "${major:-0}" -ge 25 ]
}
