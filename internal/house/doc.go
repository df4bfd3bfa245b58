// Package house keeps the lines between the packages: its tests say who may import whom, and why.
//
// It holds no code. A package that is not in the table fails, so that a new one is placed on purpose.
package house
