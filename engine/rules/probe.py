"""Look inside one picture or video, in a process of its own with limits, and print the facts as JSON.

Run as a script: libraries that read hostile media in native code stay out of the servers.
"""

import json
import resource
import sys
from typing import Any

MAX_PIXELS = 50_000_000
MAX_FRAMES = 200
PICTURES = ["JPEG", "PNG", "GIF", "WEBP", "BMP"]
MAKE, MODEL = 271, 272


def picture(path: str) -> dict[str, Any]:
    from PIL import Image

    with Image.open(path, formats=PICTURES) as image:
        facts: dict[str, Any] = {"width": image.width, "height": image.height}
        if image.width * image.height > MAX_PIXELS:
            return facts | {"problem": "too_many_pixels"}
        # asking a PNG without tags for them reads its pixels, and then it can no longer be verified
        tags = image.getexif() if "exif" in image.info else {}
        camera = " ".join(str(tags.get(tag, "")).strip("\0 ") for tag in (MAKE, MODEL)).strip()
        facts["camera"] = "".join(each for each in camera if each.isprintable())[:100]
        if image.format == "PNG":
            image.verify()
        else:
            image.draft("RGB", (image.width // 8, image.height // 8))  # a JPEG is read whole, but makes few pixels
            for frame in range(min(getattr(image, "n_frames", 1), MAX_FRAMES)):
                image.seek(frame)
                image.load()
    return facts


def video(path: str) -> dict[str, Any]:
    from pymediainfo import MediaInfo

    tracks = MediaInfo.parse(path, parse_speed=0).tracks
    by_type = {track.track_type: track for track in reversed(tracks)}
    seen = by_type.get("Video")
    if seen is None and "Audio" not in by_type:
        return {"problem": "corrupt"}
    whole = by_type["General"]
    facts = {"duration": float(whole.duration) / 1000 if whole.duration else None}
    if seen:
        facts |= {"width": seen.width, "height": seen.height}
    return facts | ({"problem": "truncated"} if whole.istruncated == "Yes" else {})


def main(kind: str, path: str) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (20, 20))
    resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
    try:
        facts = picture(path) if kind == "picture" else video(path)
    except Exception as error:  # whatever a hostile file provokes
        facts = {"problem": "truncated" if "truncated" in str(error).lower() else "corrupt"}
    print(json.dumps(facts))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
