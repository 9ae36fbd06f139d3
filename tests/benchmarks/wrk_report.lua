-- wrk's own summary has no 95th percentile: prints one line of JSON instead (times in microseconds).
done = function(summary, latency)
  local failures = summary.errors
  io.write(string.format(
    'REPORT {"requests": %d, "duration": %d, "median": %d, "p95": %d, "failures": %d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(95),
    failures.status + failures.connect + failures.read + failures.write + failures.timeout
  ))
end
