// Package effective holds what every rule file shares: days, values under the first day they
// hold, references, and strict reading of YAML with file and line in every fault.
//
// It knows no code, no note and no record, and it never asks what day it is.
package effective
