#!/usr/bin/env bash
# Searches for inputs that break a parser: tests/fuzz/run.sh [EXECUTIONS [TARGET...]], 5000000 of all targets
# together if nothing is said; named targets get their parts of the number only.
# New inputs stay in build/fuzz/corpus; an input that breaks something in build/fuzz/findings, named on the way out.
cd "$(dirname "$0")/../.."
source scripts/lib.sh

total=${1:-5000000}
names=(stun framing dtls srtp rtp vp8 red rtcp sdp sdp_fragment json utf8 tokens table)
[ $# -gt 1 ] && names=("${@:2}")
# Parts of 1000. A handshake takes milliseconds, a session of SRTP tens of microseconds: they get fewer.
declare -A share=([stun]=90 [dtls]=4 [srtp]=40 [rtp]=130 [vp8]=200 [red]=30 [rtcp]=160 [sdp]=40 [sdp_fragment]=56 [framing]=20
  [json]=60 [utf8]=100 [tokens]=60 [table]=10)
declare -A longest=([dtls]=3000 [sdp]=30000 [json]=6000 [framing]=6000 [table]=20000)

install_packages scripts/packages.run scripts/packages.test scripts/packages.long
build fuzz fuzz_targets

mkdir -p build/fuzz/findings
sum=0 bad=0
for name in "${names[@]}"; do
  found=build/fuzz/corpus/$name log=build/fuzz/$name.log
  mkdir -p "$found"
  seeds=(tests/fuzz/corpus/"$name")
  [ "$name" = sdp ] && seeds+=(tests/rtc/sdp)
  runs=$((total * ${share[$name]} / 1000 + 1))
  result=0
  build/fuzz/tests/fuzz/fuzz_"$name" -runs="$runs" -max_len="${longest[$name]:-1500}" -timeout=10 \
    -rss_limit_mb=1024 -print_final_stats=1 -artifact_prefix="build/fuzz/findings/$name-" "$found" "${seeds[@]}" \
    >"$log" 2>&1 || result=$?
  done=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  printf '%-14s %9d executions, %s\n' "$name" "${done:-0}" \
    "$(sed -n 's/.*\(cov: [0-9]*\).*/\1/p' "$log" | tail -1)"
  sum=$((sum + ${done:-0}))
  if [ "$result" -ne 0 ]; then
    bad=1
    grep -E 'ERROR|runtime error|assert|SUMMARY|Test unit written' "$log" >&2 || tail -20 "$log" >&2
  fi
done
echo "total          $sum executions"
exit $bad
