-- Starts jobs, each with a key of its own; RUN makes the keys differ from those of other runs.
local threads = 0
function setup(thread)
    thread:set("number", threads)
    threads = threads + 1
end
function init()
    prefix = os.getenv("RUN") .. "-" .. number .. "-"
    count = 0
    body = '{"lifecycle":"errand","input":{"pad":"' .. string.rep("x", 80) .. '"}}'
    wrk.headers["Authorization"] = "Bearer " .. os.getenv("TOKEN")
    wrk.headers["Content-Type"] = "application/json"
end
function request()
    count = count + 1
    return wrk.format("POST", "/v1/jobs", { ["Authorization"] = wrk.headers["Authorization"],
        ["Content-Type"] = wrk.headers["Content-Type"], ["Idempotency-Key"] = prefix .. count }, body)
end
function done(summary, latency)
    io.write(string.format("RESULT %d %d %d %d %d %d %d\n", summary.requests, summary.duration,
        latency:percentile(50), latency:percentile(99), summary.errors.status,
        summary.errors.connect + summary.errors.read + summary.errors.write, summary.errors.timeout))
end
