-- A test file calls test("name", function) and ends with test.finish().
-- Result lines are PASS: and FAIL:, with the file's name before the test's.
local file = arg[0]:match("([%w-]+)%.lua$")
local failed = 0
local test = {}

-- the same value, tables compared by content
function test.same(a, b)
	if type(a) ~= "table" or type(b) ~= "table" then
		return a == b and math.type(a) == math.type(b) or (a ~= a and b ~= b)
	end
	for k, v in pairs(a) do
		if not test.same(v, b[k]) then return false end
	end
	for k in pairs(b) do
		if a[k] == nil then return false end
	end
	return true
end

local function show(value)
	if type(value) == "string" then return ("%q"):format(value) end
	if type(value) ~= "table" then return tostring(value) end
	local parts = {}
	for k, v in pairs(value) do parts[#parts + 1] = "[" .. show(k) .. "]=" .. show(v) end
	table.sort(parts)
	return "{" .. table.concat(parts, ", ") .. "}"
end

function test.equal(got, wanted)
	if not test.same(got, wanted) then
		error("got " .. show(got) .. ", wanted " .. show(wanted), 2)
	end
end

-- fn raises an error whose text holds `wanted` (plain)
function test.raises(wanted, fn, ...)
	local fine, message = pcall(fn, ...)
	if fine then error("no error, wanted: " .. wanted, 2) end
	if not tostring(message):find(wanted, 1, true) then
		error("error " .. show(tostring(message)) .. ", wanted " .. show(wanted), 2)
	end
end

function test.finish()
	os.exit(failed == 0)
end

return setmetatable(test, { __call = function(_, name, body)
	local fine, message = xpcall(body, debug.traceback)
	if fine then
		print("PASS: " .. file .. ": " .. name)
	else
		failed = failed + 1
		print("FAIL: " .. file .. ": " .. name)
		print(message)
	end
end })
