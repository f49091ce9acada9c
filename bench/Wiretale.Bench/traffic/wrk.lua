-- Paced, so that a recorder on the same two cores keeps up; one request in twenty asks for a new connection.
function delay()
  return math.random(0, 4)
end

function request()
  local headers = { ["Accept"] = "text/html", ["User-Agent"] = "bench/1.0" }
  if math.random(20) == 1 then headers["Connection"] = "close" end
  return wrk.format("GET", "/page" .. math.random(100) .. ".html", headers)
end
