-- Asks for the jobs of a file (JOBS), one id a line, in an order of its own for every thread.
local ids = {}
for id in io.lines(os.getenv("JOBS")) do ids[#ids + 1] = id end
local threads = 0
function setup(thread)
    thread:set("number", threads)
    threads = threads + 1
end
function init()
    math.randomseed(number + 1)
    wrk.headers["Authorization"] = "Bearer " .. os.getenv("TOKEN")
end
function request() return wrk.format("GET", "/v1/jobs/" .. ids[math.random(#ids)]) end
function done(summary, latency)
    io.write(string.format("RESULT %d %d %d %d %d %d %d\n", summary.requests, summary.duration,
        latency:percentile(50), latency:percentile(99), summary.errors.status,
        summary.errors.connect + summary.errors.read + summary.errors.write, summary.errors.timeout))
end
