"""What is measured of a film's frames, one by one: shots, camera, quality, bars, copies."""
