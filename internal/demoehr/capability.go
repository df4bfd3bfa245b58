package demoehr

import (
	"maps"
	"slices"
	"strings"
)

// capabilities is what the FHIR server in memory can do, built from the tables that it runs by.
func (m *memory) capabilities(auth endpoints) resource {
	var resources []any
	for _, kind := range kinds() {
		interactions := []any{}
		for _, code := range []string{"read", "vread", "search-type", "create", "update"} {
			interactions = append(interactions, map[string]any{"code": code})
		}
		entry := map[string]any{
			"type": kind, "interaction": interactions, "versioning": "versioned-update",
			"readHistory": true, "updateCreate": true, "conditionalCreate": true, "conditionalRead": "not-supported",
			"conditionalUpdate": false, "conditionalDelete": "not-supported",
			"searchParam": searchParams(kind),
			"operation": []any{map[string]any{
				"name": "validate", "definition": "http://hl7.org/fhir/OperationDefinition/Resource-validate",
			}},
		}
		if includes := includesOf(kind); len(includes) > 0 {
			entry["searchInclude"] = includes
		}
		resources = append(resources, entry)
	}
	return resource{
		"resourceType": "CapabilityStatement", "status": "active", "kind": "instance", "fhirVersion": "4.0.1",
		"date":           m.now().UTC().Format("2006-01-02"),
		"format":         []any{"application/fhir+json", "json"},
		"software":       map[string]any{"name": "Chargenote demo EHR"},
		"implementation": map[string]any{"description": Banner, "url": m.base},
		"rest": []any{map[string]any{
			"mode": "server", "security": security(auth), "resource": resources,
			"interaction": []any{map[string]any{"code": "transaction"}, map[string]any{"code": "batch"}},
		}},
	}
}

// security names the authorization server in the older manner too, for clients that look here.
func security(auth endpoints) map[string]any {
	return map[string]any{
		"service": []any{map[string]any{"coding": []any{map[string]any{
			"system": "http://terminology.hl7.org/CodeSystem/restful-security-service", "code": "SMART-on-FHIR",
		}}}},
		"extension": []any{map[string]any{
			"url": "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris",
			"extension": []any{
				map[string]any{"url": "authorize", "valueUri": auth.authorize},
				map[string]any{"url": "token", "valueUri": auth.token},
				map[string]any{"url": "revoke", "valueUri": auth.revoke},
				map[string]any{"url": "introspect", "valueUri": auth.introspect},
			},
		}},
	}
}

func searchParams(kind string) []any {
	all := maps.Clone(everyType)
	maps.Copy(all, parameters[kind])
	var listed []any
	for _, name := range slices.Sorted(maps.Keys(all)) {
		listed = append(listed, map[string]any{"name": name, "type": all[name].kind})
	}
	return listed
}

func includesOf(kind string) []any {
	var listed []any
	for _, name := range slices.Sorted(maps.Keys(parameters[kind])) {
		if parameters[kind][name].kind == referenceParameter && !strings.HasPrefix(name, "_") {
			listed = append(listed, kind+":"+name)
		}
	}
	return listed
}
