local test = dofile("testing.lua")
local equal, raises = test.equal, test.raises

test("constructors", function()
	local t = { 1, 2, n = 3, [10] = "ten", ["a b"] = true, (function() return 5, 6 end)() }
	equal({ t[1], t[2], t[3], t[4], t.n, t[10], t["a b"] }, { 1, 2, 5, 6, 3, "ten", true })
	local big = {}
	for i = 1, 1000 do big[i] = tostring(i) end
	equal(#load("return {" .. table.concat(big, ",") .. "}")(), 1000)
end)

test("insert and remove keep the order", function()
	local t = {}
	table.insert(t, "b"); table.insert(t, 1, "a"); table.insert(t, 3, "c")
	equal(t, { "a", "b", "c" })
	equal({ table.remove(t, 1), table.remove(t), table.remove(t, #t + 1) }, { "a", "c" })
	equal(t, { "b" })
	raises("position out of bounds", table.insert, t, 5, "x")
	raises("wrong number of arguments", table.insert, t, 1, 2, 3)
end)

test("concat, unpack, pack and move", function()
	equal(table.concat({ 1, 2.5, "c" }, ", "), "1, 2.5, c")
	equal(table.concat({ "a", "b", "c" }, "", 2, 3), "bc")
	equal(table.concat({}, "x"), "")
	raises("invalid value (table) at index 2 in table for 'concat'", table.concat, { 1, {}, 3 })
	equal({ table.unpack({ 1, 2, 3 }, 2) }, { 2, 3 })
	equal(select("#", table.unpack({}, 1, 3)), 3)
	raises("too many results to unpack", table.unpack, {}, 1, 1e8)
	equal(table.move({ 1, 2, 3 }, 1, 3, 2), { 1, 1, 2, 3 })
	equal(table.move({ 1, 2, 3 }, 2, 3, 1), { 2, 3, 3 })
	equal(table.move({ 1, 2 }, 1, 2, 1, {}), { 1, 2 })
end)

test("sort: numbers, strings, own order, many equal ones", function()
	local state, t = 1, {}
	for i = 1, 20000 do
		state = (state * 1103515245 + 12345) % 2147483648
		t[i] = state % 1000
	end
	table.sort(t)
	for i = 2, #t do assert(t[i - 1] <= t[i]) end
	table.sort(t, function(a, b) return a > b end)
	for i = 2, #t do assert(t[i - 1] >= t[i]) end
	local words = { "pear", "Apple", "fig", "apple" }
	table.sort(words)
	equal(words, { "Apple", "apple", "fig", "pear" })
	raises("attempt to compare", table.sort, { 1, "x", 2 })
end)

test("the length border after growth and shrinking", function()
	local t = {}
	for i = 1, 1000 do t[i] = i end
	equal(#t, 1000)
	for i = 1000, 501, -1 do t[i] = nil end
	equal(#t, 500)
	t[501] = 1
	equal(#t, 501)
end)

test("keys of every kind, and rehashing", function()
	local f, co, t = function() end, coroutine.create(function() end), {}
	local keys = { 1, -1, 1.5, "1", true, false, f, co, t, math.huge, -math.huge, math.mininteger, "" }
	for i, key in ipairs(keys) do t[key] = i end
	for i, key in ipairs(keys) do equal(t[key], i) end
	for i = 1, 50000 do t["key" .. i] = i end
	for i = 1, 50000, 2 do t["key" .. i] = nil end
	local count = 0
	for k in pairs(t) do if type(k) == "string" and k:sub(1, 3) == "key" then count = count + 1 end end
	equal(count, 25000)
end)

test("ipairs stops at the first nil, and sees __index", function()
	local seen = {}
	for i, v in ipairs({ 1, 2, nil, 4 }) do seen[i] = v end
	equal(seen, { 1, 2 })
	local virtual = setmetatable({}, { __index = function(_, i) if i <= 3 then return i * i end end })
	local sum = 0
	for _, v in ipairs(virtual) do sum = sum + v end
	equal(sum, 14)
end)

test("weak keys and values are dropped", function()
	local values = setmetatable({}, { __mode = "v" })
	local keys = setmetatable({}, { __mode = "k" })
	local kept = {}
	values[1], values[2], values.text = kept, {}, "strings stay"
	keys[kept], keys[{}] = 1, 2
	do local cycle = {}; keys[cycle] = { cycle } end
	collectgarbage()
	equal({ values[1] == kept, values[2], values.text }, { true, nil, "strings stay" })
	local left = 0
	for k in pairs(keys) do left = left + 1; assert(k == kept) end
	equal(left, 1)
end)

test("finalizers run, in reverse order, once, and may revive", function()
	local order, revived = {}, nil
	for i = 1, 3 do setmetatable({}, { __gc = function() order[#order + 1] = i end }) end
	setmetatable({ "alive" }, { __gc = function(o) revived = o end })
	collectgarbage(); collectgarbage()
	equal(order, { 3, 2, 1 })
	equal(revived[1], "alive")
end)

test("the collector's modes under load", function()
	for _, mode in ipairs { "generational", "incremental" } do
		collectgarbage(mode)
		local keep = {}
		for i = 1, 100000 do
			local t = { i, { tostring(i) } }
			if i % 1000 == 0 then keep[#keep + 1] = t end
		end
		equal(#keep, 100)
		for i, t in ipairs(keep) do equal({ t[1], t[2][1] }, { i * 1000, tostring(i * 1000) }) end
	end
	collectgarbage("stop")
	assert(not collectgarbage("isrunning"))
	collectgarbage("restart")
	assert(collectgarbage("isrunning") and collectgarbage("count") > 0)
	assert(collectgarbage("step", 100000) ~= nil)
end)

test("eight queens, a trie and a heap", function()
	local solutions = 0
	local function place(row, columns, down, up)
		if row > 8 then solutions = solutions + 1 return end
		for c = 1, 8 do
			if not (columns[c] or down[row - c + 8] or up[row + c]) then
				columns[c], down[row - c + 8], up[row + c] = true, true, true
				place(row + 1, columns, down, up)
				columns[c], down[row - c + 8], up[row + c] = nil, nil, nil
			end
		end
	end
	place(1, {}, {}, {})
	equal(solutions, 92)
	local heap = {}
	for i = 1, 1000 do
		heap[#heap + 1] = (i * 7919) % 1009
		local at = #heap
		while at > 1 and heap[at] < heap[at // 2] do
			heap[at], heap[at // 2] = heap[at // 2], heap[at]
			at = at // 2
		end
	end
	local last = -1
	while #heap > 0 do
		assert(heap[1] >= last)
		last = heap[1]
		heap[1] = heap[#heap]
		heap[#heap] = nil
		local at = 1
		while true do
			local least = at
			for _, child in ipairs { 2 * at, 2 * at + 1 } do
				if heap[child] and heap[child] < heap[least] then least = child end
			end
			if least == at then break end
			heap[at], heap[least], at = heap[least], heap[at], least
		end
	end
end)

test.finish()
