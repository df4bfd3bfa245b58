package integration

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/wait"
)

// engine makes sure that a Docker engine answers, and tells testcontainers how to live with it.
func engine(t *testing.T) {
	t.Helper()
	if out, err := exec.CommandContext(t.Context(), "../scripts/docker-engine.sh").CombinedOutput(); err != nil {
		unable(t, "no Docker engine: %s", bytes.TrimSpace(out))
	}
	t.Setenv("TESTCONTAINERS_RYUK_DISABLED", "true") // every container is removed by the test that started it
	if _, err := os.Stat("/.dockerenv"); err == nil {
		t.Setenv("TESTCONTAINERS_HOST_OVERRIDE", "127.0.0.1") // the engine runs beside us, not above us
	}
}

// image runs a script that prints the name of an image, building it where there is none.
func image(t *testing.T, script string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), script)
	var progress bytes.Buffer
	command.Stderr = &progress
	out, err := command.Output()
	if err != nil {
		unable(t, "%s: %v: %s", script, err, bytes.TrimSpace(progress.Bytes()))
	}
	return strings.TrimSpace(string(out))
}

// startHAPI runs a HAPI FHIR server in a container until the test ends, and returns its FHIR base.
// Whether its image was pulled or built is the script's affair.
func startHAPI(t *testing.T) string {
	t.Helper()
	engine(t)
	name := image(t, "../scripts/hapi-image.sh")
	container, err := testcontainers.GenericContainer(t.Context(), testcontainers.GenericContainerRequest{
		ContainerRequest: testcontainers.ContainerRequest{
			Image:        name,
			ExposedPorts: []string{"8080/tcp"},
			Env: map[string]string{
				"hapi.fhir.fhir_version":                       "R4",
				"hapi.fhir.reuse_cached_search_results_millis": "0", // every search asks the database
				"hapi.fhir.client_id_strategy":                 "ANY",
				"hapi.fhir.server_id_strategy":                 "UUID",
				"hapi.fhir.allow_external_references":          "false",
				"hapi.fhir.narrative_enabled":                  "false",
				"hapi.fhir.fhirpath_interceptor_enabled":       "true", // ?_fhirpath= evaluates expressions
			},
			WaitingFor: wait.ForHTTP("/fhir/metadata").WithPort("8080/tcp").WithStartupTimeout(4 * time.Minute),
		},
		Started: true,
	})
	if container != nil {
		t.Cleanup(func() { remove(t, container) })
	}
	if err != nil {
		t.Fatalf("HAPI FHIR does not start from %s: %v", name, err)
	}
	endpoint, err := container.PortEndpoint(t.Context(), "8080/tcp", "http")
	if err != nil {
		t.Fatal(err)
	}
	return endpoint + "/fhir"
}

func remove(t *testing.T, container testcontainers.Container) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := container.Terminate(ctx, testcontainers.StopTimeout(time.Second)); err != nil {
		t.Errorf("container is not removed: %v", err)
	}
}
