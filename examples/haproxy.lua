-- Printed by `sallyport snippet haproxy --lua`; HAProxy 2.6 or later.

-- The door's cookies; applications get every other one.
local OWN_COOKIES = {
  ["sallyport"] = true,
  ["sallyport-flow"] = true,
  ["sallyport-browser"] = true,
  ["__host-sallyport"] = true,
  ["__host-sallyport-flow"] = true,
  ["__host-sallyport-browser"] = true,
  ["__secure-sallyport"] = true,
  ["__secure-sallyport-flow"] = true,
  ["__secure-sallyport-browser"] = true,
}

-- What the door is told of the client's request, beside its address.
local PASSED = {
  "accept", "cookie", "origin", "sec-fetch-dest", "sec-fetch-mode", "sec-websocket-version",
  "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "sallyport-authorization",
}

-- What belongs to the connection between HAProxy and the door.
local HOP_BY_HOP = { ["connection"] = true, ["content-length"] = true, ["transfer-encoding"] = true }

local function other_cookies(line)
  local kept = {}
  for pair in (line .. ";"):gmatch("([^;]*);") do
    local name = pair:match("^[%s=]*([^=]-)%s*=") or ""
    if not OWN_COOKIES[name:lower()] then kept[#kept + 1] = pair end
  end
  return (table.concat(kept, ";"):gsub("^%s+", ""))
end

local function remove_own_cookies(txn)
  local lines = txn.http:req_get_headers()["cookie"]
  if lines == nil then return end
  txn.http:req_del_header("cookie")
  for i = 0, #lines do
    local kept = lines[i] and other_cookies(lines[i]) or ""
    if kept ~= "" then txn.http:req_add_header("cookie", kept) end
  end
end

local function all_values(headers, name)
  local values = {}
  for i, value in pairs(headers[name] or {}) do values[i + 1] = value end
  return values
end

local function question(txn)
  local sent = txn.http:req_get_headers()
  local headers = {
    ["x-forwarded-method"] = { txn.sf:method() },
    ["x-forwarded-uri"] = { txn.sf:pathq() },
  }
  for _, name in ipairs(PASSED) do
    local values = all_values(sent, name)
    if #values > 0 then headers[name] = values end
  end
  return headers
end

-- Hands the door's answer to the client: a page, the way to one, or words for a program.
local function answer(txn, response)
  local headers = {}
  for name, values in pairs(response.headers or {}) do
    if not HOP_BY_HOP[name] then
      headers[name] = {}
      for i, value in pairs(values) do headers[name][i + 1] = value end
    end
  end
  txn:done(txn:reply({ status = response.status, headers = headers, body = response.body or "" }))
end

core.register_action("sallyport_check", { "http-req" }, function(txn, url)
  local asked, response = pcall(function()
    return core.httpclient():get({ url = url, headers = question(txn), timeout = 5000 })
  end)
  if not asked or response == nil or response.status == nil or response.status < 200 then
    -- Nobody passes while the door does not answer.
    txn:done(txn:reply({ status = 503, headers = { ["retry-after"] = { "5" } } }))
    return
  end
  if response.status ~= 200 then return answer(txn, response) end
  for _, name in ipairs({ "remote-user", "remote-groups", "remote-realm" }) do
    txn.http:req_del_header(name)
    local value = all_values(response.headers, name)[1] or ""
    if value ~= "" then txn.http:req_set_header(name, value) end
  end
  local renewed = all_values(response.headers, "set-cookie")[1]
  if renewed ~= nil then txn:set_var("txn.sallyport_set_cookie", renewed) end
  txn.http:req_del_header("sallyport-authorization")
  remove_own_cookies(txn)
end, 1)
