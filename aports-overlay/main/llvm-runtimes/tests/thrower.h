// What tests/thrower.cc, the library, throws to the program.
#pragma once
#include <stdexcept>
#include <string>

struct Shape {
	virtual ~Shape() = default;
	virtual std::string name() const = 0;
};
struct Square : Shape {
	std::string name() const override;
};
struct LibraryError : std::runtime_error {
	int code;
	explicit LibraryError(int code);
};

void throwLibraryError(int code);
void throwInt(int value);
int throughLibrary(int (*callback)(int), int value);
Shape *makeSquare();
