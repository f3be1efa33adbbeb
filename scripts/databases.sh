#!/usr/bin/env bash
# databases.sh: a PostgreSQL and a MySQL or MariaDB server for the tests.
#
#   scripts/databases.sh up               find or start both, print their URLs as NAME=value lines
#   scripts/databases.sh -- COMMAND ...   find or start both, run COMMAND with the URLs in its environment
#   scripts/databases.sh down             stop what up started and remove its data
#
# Each server is looked for in this order; one counts only if it lets us log in:
#   1. LUCID_POSTGRES_URL, LUCID_MYSQL_URL: set means that one or an error
#   2. 127.0.0.1:5432 as postgres, 127.0.0.1:3306 as root, without a password
#   3. one of our own that an earlier run started
#   4. one of our own, started now: from installed programs, else as root from Debian's packages
#   5. one of our own, started now in a container by compose.yaml
# Servers of our own listen on free ports of 127.0.0.1 only, trust everybody who can connect there, give
# up durability for speed, and keep everything under LUCID_DB_DIR. "down" touches no other server.
#
# LUCID_DB_DIR      where servers of our own live (default: /tmp/lucid-db-<user id>); for root a directory
#                   that the users postgres and mysql can enter, so nothing below /root
# LUCID_DB_PRIVATE  1 skips steps 1 and 2, to work on this script or to leave a shared server alone
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
dir=${LUCID_DB_DIR:-/tmp/lucid-db-$UID}
private=${LUCID_DB_PRIVATE:-}

say() { echo "databases: $*" >&2; }
die() { say "$*"; exit 1; }

# ---- finding ----

# probe URL: logs in and prints the server's version.
probe() { "$probe_bin" "$1"; }

build_probe() {
	probe_dir=$(mktemp -d)
	trap 'rm -rf "$probe_dir"' EXIT
	probe_bin=$probe_dir/probe
	(cd "$root" && go build -o "$probe_bin" ./internal/testdb/probe) || die "the probe does not build"
}

# resolve SERVER NAME URL STANDARD: sets url to one that answers, starting a server if there is none.
resolve() {
	local server=$1 name=$2 given=$3 standard=$4 version
	if [ "$private" != 1 ]; then
		if [ -n "$given" ]; then
			version=$(probe "$given") || die "$name is set, but does not answer; unset it to have a server found or started"
			url=$given; say "$server: named by $name, $version"; return
		fi
		if version=$(probe "$standard" 2>/dev/null); then
			url=$standard; say "$server: running on its standard port, $version"; return
		fi
	fi
	if [ -s "$dir/$server.url" ] && version=$(probe "$(<"$dir/$server.url")" 2>/dev/null); then
		url=$(<"$dir/$server.url"); say "$server: started earlier, $version"; return
	fi
	start "$server" "$name" "$standard"
	version=$(probe "$url") || die "$server was started but does not answer at $url"
	echo "$url" >"$dir/$server.url"
	say "$server: started, $version"
}

# ---- starting ----

start() { # SERVER NAME STANDARD
	local server=$1
	make_dir
	"stop_$server" # what is left of one that no longer answers
	add_debian_path
	if ! "have_$server" && install_package "$server"; then add_debian_path; fi
	if "have_$server"; then
		"start_$server"
	elif docker info >/dev/null 2>&1 && docker compose version >/dev/null 2>&1; then
		start_container "$server"
	else
		explain "$@"
	fi
}

explain() { # SERVER NAME STANDARD
	local package=postgresql
	[ "$1" = postgres ] || package=mariadb-server
	cat >&2 <<-EOF
		databases: there is no $1 server for the tests. Do one of these and try again:
		  - start one and name it:      export $2='$3'
		    (the user must be allowed to create databases or schemas)
		  - install the programs:       sudo apt-get install $package
		    (this script then starts a private server; as root on Debian or Ubuntu it also installs them)
		  - start the Docker engine, with its compose plugin: this script then starts a container
		To test SQLite only: go test ./...
	EOF
	exit 1
}

# make_dir makes the directory for servers of our own, and refuses one that another user has prepared.
make_dir() {
	mkdir -p -m 711 "$dir"
	if [ -L "$dir" ] || [ ! -O "$dir" ]; then die "$dir is not ours; set LUCID_DB_DIR to another directory"; fi
}

# lock keeps two runs from starting the same server twice. It lives as long as a process that has
# descriptor 9, so servers must not inherit that.
lock() {
	command -v flock >/dev/null || return 0
	make_dir
	exec 9>"$dir/lock"
	flock -w 600 9 || die "another run has held $dir/lock for 10 minutes"
}

# own USER DIRECTORY: neither server runs as root.
own() {
	mkdir -p -m 700 "$2"
	[ "$UID" != 0 ] || chown "$1": "$2"
}

as_postgres() {
	# The user postgres may not be allowed to enter the current directory.
	if [ "$UID" = 0 ]; then (cd / && runuser -u postgres -- "$@" 9>&-); else "$@" 9>&-; fi
}

free_port() {
	local port=$1
	while (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do port=$((port + 1)); done
	echo "$port"
}

# add_debian_path finds Debian's PostgreSQL programs, which are not on PATH; the newest first.
add_debian_path() {
	local bin
	for bin in /usr/lib/postgresql/*/bin; do [ ! -x "$bin/initdb" ] || PATH=$bin:$PATH; done
	PATH=$PATH:/usr/sbin
}

have_postgres() { command -v initdb >/dev/null && command -v pg_ctl >/dev/null; }
have_mysql() { command -v mariadbd >/dev/null && command -v mariadb-install-db >/dev/null; }

# install_package SERVER installs from Debian, without letting the package start its service.
install_package() {
	local package=postgresql policy=/usr/sbin/policy-rc.d
	[ "$1" = postgres ] || package=mariadb-server
	[ "$UID" = 0 ] && command -v apt-get >/dev/null || return 1
	say "installing $package"
	local made=
	if [ ! -e "$policy" ]; then made=1; printf '#!/bin/sh\nexit 101\n' >"$policy"; chmod +x "$policy"; fi
	export DEBIAN_FRONTEND=noninteractive
	local ok=0
	{ apt-get update -qq && apt-get install -y -qq --no-install-recommends "$package"; } </dev/null >&2 9>&- || ok=1
	[ -z "$made" ] || rm -f "$policy"
	return $ok
}

start_postgres() {
	local data=$dir/postgres/data port
	own postgres "$dir/postgres"
	as_postgres initdb -D "$data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync >"$dir/initdb.log" 2>&1 ||
		{ cat "$dir/initdb.log" >&2; die "initdb failed"; }
	port=$(free_port 54320)
	cat >>"$data/postgresql.conf" <<-EOF
		port = $port
		listen_addresses = '127.0.0.1'
		unix_socket_directories = ''
		max_connections = 300
		fsync = off
		synchronous_commit = off
		full_page_writes = off
	EOF
	as_postgres pg_ctl -D "$data" -l "$dir/postgres/log" -w -t 60 start </dev/null >/dev/null 2>&1 ||
		{ tail -n 20 "$dir/postgres/log" >&2; die "PostgreSQL did not start"; }
	url="postgres://postgres@127.0.0.1:$port/postgres?sslmode=disable"
}

start_mysql() {
	local data=$dir/mysql/data port user=mysql # which the server becomes when root starts it
	[ "$UID" = 0 ] || user=$(id -un)
	own mysql "$dir/mysql"
	mariadb-install-db --no-defaults --user="$user" --datadir="$data" \
		--auth-root-authentication-method=normal --skip-test-db >"$dir/mariadb-install-db.log" 2>&1 9>&- ||
		{ cat "$dir/mariadb-install-db.log" >&2; die "mariadb-install-db failed"; }
	port=$(free_port 33060)
	setsid mariadbd --no-defaults --user="$user" --datadir="$data" --bind-address=127.0.0.1 --port="$port" \
		--socket="$dir/mysql/socket" --pid-file="$dir/mysql/pid" --log-error="$dir/mysql/log" \
		--character-set-server=utf8mb4 --skip-name-resolve --max-connections=300 \
		--innodb-flush-log-at-trx-commit=0 --innodb-flush-method=nosync </dev/null >/dev/null 2>&1 9>&- &
	url="mysql://root@127.0.0.1:$port/"
	for _ in $(seq 120); do
		if probe "$url" >/dev/null 2>&1; then return; fi
		if ! kill -0 $! 2>/dev/null; then break; fi
		sleep 0.5
	done
	tail -n 20 "$dir/mysql/log" >&2
	die "MariaDB did not start"
}

compose() { docker compose -f "$root/compose.yaml" -p "lucid-db-$UID" "$@"; }

start_container() { # SERVER
	touch "$dir/$1.container" "$dir/network"
	compose up -d --wait "$1" </dev/null >&2 9>&-
	case $1 in
	postgres) url="postgres://postgres@$(compose port postgres 5432)/postgres?sslmode=disable" ;;
	mysql) url="mysql://root@$(compose port mysql 3306)/" ;;
	esac
}

# ---- stopping ----

stop_postgres() {
	stop_container postgres
	stop_process "$dir/postgres/data/postmaster.pid" "$dir/postgres/data" INT
	rm -rf "$dir"/{postgres,postgres.url,initdb.log}
}

stop_mysql() {
	stop_container mysql
	stop_process "$dir/mysql/pid" "$dir/mysql/data" TERM
	rm -rf "$dir"/{mysql,mysql.url,mariadb-install-db.log}
}

# stop_process PIDFILE DATA SIGNAL ends the server that works on DATA, and no other process that has got
# its number meanwhile.
stop_process() {
	local pid
	[ -s "$1" ] || return 0
	pid=$(head -n 1 "$1")
	ours() { ps -o args= -p "$pid" 2>/dev/null | grep -qF -- "$2"; }
	ours "$@" || return 0
	kill "-$3" "$pid"
	for _ in $(seq 60); do
		if ! ours "$@"; then return; fi
		sleep 0.5
	done
	kill -KILL "$pid"
}

stop_container() { # SERVER
	[ -e "$dir/$1.container" ] || return 0
	compose rm --stop --force --volumes "$1" </dev/null >&2 && rm -f "$dir/$1.container"
}

# ---- commands ----

up() {
	command -v go >/dev/null || die "go is not on PATH"
	build_probe
	lock
	local url
	resolve postgres LUCID_POSTGRES_URL "${LUCID_POSTGRES_URL:-}" 'postgres://postgres@127.0.0.1:5432/postgres?sslmode=disable'
	export LUCID_POSTGRES_URL=$url
	resolve mysql LUCID_MYSQL_URL "${LUCID_MYSQL_URL:-}" 'mysql://root@127.0.0.1:3306/'
	export LUCID_MYSQL_URL=$url
	exec 9>&-
}

case ${1:-} in
up)
	up
	echo "LUCID_POSTGRES_URL=$LUCID_POSTGRES_URL"
	echo "LUCID_MYSQL_URL=$LUCID_MYSQL_URL"
	;;
down)
	[ -d "$dir" ] || { say "nothing was started"; exit 0; }
	lock
	stop_postgres
	stop_mysql
	if [ -e "$dir/network" ]; then compose down --volumes </dev/null >&2; fi
	rm -rf "$dir"
	say "stopped"
	;;
--)
	shift
	[ $# -gt 0 ] || die "no command after --"
	up
	"$@"
	;;
*)
	sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "$0"
	exit 2
	;;
esac
