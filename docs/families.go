package docs

import "slices"

// Families lists the families of documentation, in their own order. Overlays (telehealth,
// interactive complexity) follow from the codes and are not among them.
func Families() []string {
	return slices.DeleteFunc(slices.Clone(families), func(f string) bool {
		return f == overlayTelehealth || f == overlayComplexity
	})
}

// KnownFamily reports whether name is one of Families.
func KnownFamily(name string) bool { return slices.Contains(Families(), name) }
