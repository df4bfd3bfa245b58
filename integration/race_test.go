//go:build race

package integration

func init() { buildFlags = append(buildFlags, "-race") } // the program is watched as its tests are
