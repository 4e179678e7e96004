local test = dofile("testing.lua")
local equal, raises = test.equal, test.raises

test("integer arithmetic wraps at 64 bits", function()
	equal(math.maxinteger + 1, math.mininteger)
	equal(math.mininteger - 1, math.maxinteger)
	equal(math.maxinteger * 2, -2)
	equal(-math.mininteger, math.mininteger)
	equal(math.abs(math.mininteger), math.mininteger)
	equal(0x7fffffffffffffff, math.maxinteger)
	equal(3037000500 * 3037000500, -9223372036709301616)
end)

test("floor division and modulo follow the divisor's sign", function()
	equal({ 7 // 2, -7 // 2, 7 // -2, -7 // -2 }, { 3, -4, -4, 3 })
	equal({ 7 % 3, -7 % 3, 7 % -3, -7 % -3 }, { 1, 2, -2, -1 })
	equal({ 7.5 // 2, -7.5 // 2, 5.5 % -2 }, { 3.0, -4.0, -0.5 })
	equal(math.mininteger // -1, math.mininteger)
	equal(math.mininteger % -1, 0)
	equal(5 % math.huge, 5.0)
	equal(-5 % math.huge, math.huge)
	raises("attempt to divide by zero", function() return 1 // 0 end)
	raises("attempt to perform 'n%0'", function() return 1 % 0 end)
	equal(1 // 0.0, math.huge)
end)

test("division and power give floats", function()
	equal(4 / 2, 2.0)
	equal(2 ^ 10, 1024.0)
	equal(2 ^ 0.5, math.sqrt(2))
	equal(2 ^ 3 ^ 2, 512.0)
	equal(-2 ^ 2, -4.0)
	equal(1 / 0, math.huge)
	equal(-1 / 0, -math.huge)
	assert(0 / 0 ~= 0 / 0)
end)

test("bit operations work on 64 bits", function()
	equal(0xF0 | 0x0F, 0xFF)
	equal(0xFF & 0x18 ~ 0x08, 0x10)
	equal(~0, -1)
	equal(1 << 63, math.mininteger)
	equal(1 << 64, 0)
	equal(-1 >> 1, math.maxinteger)
	equal(-1 >> 64, 0)
	equal(1 << -1, 0)
	equal(2.0 | 1, 3)
	raises("number has no integer representation", function() return 1.5 | 1 end)
	raises("attempt to perform bitwise operation on a nil value", function() return nil & 1 end)
end)

test("integer and float keys and comparisons meet", function()
	local t = {}
	t[1.0], t[2 ^ 53] = "a", "b"
	equal({ t[1], t[1 << 53] }, { "a", "b" })
	assert(1 == 1.0 and math.maxinteger < math.maxinteger + 1.0)
	assert((1 << 53) + 1 > 2.0 ^ 53 and math.mininteger <= -(2.0 ^ 63))
	assert(not (math.maxinteger + 0.0 == math.maxinteger))
	assert(-0.0 == 0.0 and 1 / -0.0 == -math.huge)
end)

test("conversions: type, tointeger, floor, ceil, fmod, modf, ult", function()
	equal({ math.type(1), math.type(1.0) }, { "integer", "float" })
	equal(math.type("1"), nil)
	equal({ math.tointeger(3.0), math.tointeger("8") }, { 3, 8 })
	equal(math.tointeger(3.5), nil)
	equal({ math.floor(-3.5), math.ceil(-3.5), math.floor(2 ^ 70) }, { -4, -3, 2.0 ^ 70 })
	equal({ math.modf(-3.25) }, { -3, -0.25 })
	equal({ math.modf(math.huge) }, { math.huge, 0.0 })
	equal({ math.fmod(-7, 3), math.fmod(7, -3) }, { -1, 1 })
	assert(math.ult(1, -1) and not math.ult(-1, 1))
	raises("bad argument #2 to 'math.fmod' (zero)", math.fmod, 1, 0)
end)

test("literals", function()
	equal({ 0xA, 0Xa.8p0, 1e2, .5, 3., 0x.1p4 }, { 10, 10.5, 100.0, 0.5, 3.0, 1.0 })
	equal(0xffffffffffffffffff, -1)
	equal(123456789012345678901234567890, 1.2345678901234568e29)
	raises("malformed number", function() assert(load("return 3x")) end)
end)

test("floats survive text both ways", function()
	local value = 1.0
	for _ = 1, 500 do
		value = (value * 1103515245.7 + 12345.3) % 1e17
		for _, text in ipairs { ("%.17g"):format(value), ("%a"):format(value) } do
			equal(tonumber(text) + 0.0, value)
		end
	end
	equal(tonumber("4.9e-324"), 2.0 ^ -1074)
	equal(("%.17g"):format(2.0 ^ -1074), "4.9406564584124654e-324")
	equal(tonumber("1.7976931348623157e308") * 10, math.huge)
end)

test("math functions on known values", function()
	local function near(a, b) assert(math.abs(a - b) <= 1e-15 * math.max(1, math.abs(b)), a .. " " .. b) end
	near(math.sin(1), 0.8414709848078965)
	near(math.cos(1), 0.5403023058681398)
	near(math.tan(1), 1.5574077246549023)
	near(math.asin(0.5), 0.5235987755982989)
	near(math.acos(0.5), 1.0471975511965979)
	near(math.atan(1, -1), 2.356194490192345)
	near(math.exp(1), 2.718281828459045)
	near(math.log(10), 2.302585092994046)
	equal(math.log(8, 2), 3.0)
	equal(math.log(1000, 10), 3.0)
	near(math.sin(1e22), -0.8522008497671888)
	equal(math.max(1, 2.5, 2), 2.5)
	equal(math.min(3, 1, 2), 1)
end)

test("random numbers: range, seed and repetition", function()
	math.randomseed(42, 7)
	local first = {}
	for i = 1, 100 do first[i] = math.random(1, 1000) end
	math.randomseed(42, 7)
	local seen = {}
	for i = 1, 100 do
		local n = math.random(1, 1000)
		equal(n, first[i])
		assert(n >= 1 and n <= 1000)
		seen[n] = true
	end
	local distinct = 0
	for _ in pairs(seen) do distinct = distinct + 1 end
	assert(distinct > 50)
	for _ = 1, 1000 do
		local f = math.random()
		assert(f >= 0 and f < 1)
	end
	equal(math.type(math.random(0)), "integer")
	raises("interval is empty", math.random, 2, 1)
end)

test("for loops: float steps, overflow, empty and zero step", function()
	local got = {}
	for i = 1, 0 do got[#got + 1] = i end
	for i = math.maxinteger - 1, math.maxinteger do got[#got + 1] = i end
	for i = 1.0, 2.0, 0.5 do got[#got + 1] = i end
	for i = 3, 1, -1 do got[#got + 1] = i end
	equal(got, { math.maxinteger - 1, math.maxinteger, 1.0, 1.5, 2.0, 3, 2, 1 })
	raises("'for' step is zero", function() for _ = 1, 2, 0 do end end)
	raises("bad 'for' initial value (number expected, got string)", function() for _ = "a", 2 do end end)
end)

test("a sieve and big factorials by hand", function()
	local composite, count = {}, 0
	for i = 2, 100000 do
		if not composite[i] then
			count = count + 1
			for j = i * i, 100000, i do composite[j] = true end
		end
	end
	equal(count, 9592)
	local digits = { 1 }
	for n = 2, 100 do
		local carry = 0
		for i = 1, #digits do
			local value = digits[i] * n + carry
			digits[i], carry = value % 10, value // 10
		end
		while carry > 0 do
			digits[#digits + 1], carry = carry % 10, carry // 10
		end
	end
	equal(#digits, 158)
	equal(table.concat(digits):reverse():sub(1, 20), "93326215443944152681")
end)

test.finish()
