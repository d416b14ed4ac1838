"""The service that serve-models is measured against: FastAPI with LightGBM, the same bundle and the same bodies.

    python serving_fastapi.py BUNDLE --port 8001
"""
import argparse
import json
import signal
import time
from typing import Dict, List, Optional

import lightgbm
import numpy
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel


class PredictionRequest(BaseModel):
    symbol: str
    tick_data: Optional[Dict[str, Optional[float]]] = None
    models: Optional[List[str]] = None


class BatchRequest(BaseModel):
    models: Optional[List[str]] = None
    columns: List[str]
    rows: List[List[Optional[float]]]


def service(bundle):
    app = FastAPI()
    manifest = json.load(open(f"{bundle}/manifest.json"))
    name = f"{manifest['target']['kind']}_{manifest['target']['horizon']}_{manifest['kind']}"
    booster = lightgbm.Booster(model_file=f"{bundle}/model.txt")
    names = booster.feature_name()
    version = manifest["modelFingerprint"]

    @app.get("/health")
    async def health():
        return {"status": "ok", "models": 1, "symbols": 0, "uptime_s": time.monotonic(), "problems": []}

    @app.post("/predict")
    async def predict(request: PredictionRequest):
        row = numpy.array([[request.tick_data[feature] for feature in names]], dtype=numpy.float64)
        up = float(booster.predict(row, num_threads=1)[0])
        best = int(up > 0.5)
        return {
            "symbol": request.symbol, "timestamp": time.time_ns(), "feature_time": None,
            "predictions": {name: {"prediction": best, "probabilities": [1 - up, up], "version": version}},
            "confidence": {name: up if best else 1 - up}, "quality": [],
        }

    @app.post("/predict/batch")
    async def batch(request: BatchRequest):
        rows = numpy.array(request.rows, dtype=numpy.float64)
        order = [request.columns.index(feature) for feature in names]
        up = booster.predict(rows[:, order] if order != list(range(len(names))) else rows, num_threads=1)
        return {"rows": len(up), "predictions": {name: {
            "prediction": (up > 0.5).astype(float).tolist(),
            "probabilities": numpy.stack([1 - up, up], axis=1).tolist(), "version": version}}}

    return app


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("bundle")
    parser.add_argument("--port", type=int, default=8001)
    arguments = parser.parse_args()
    # Who starts it from Swift passes a mask on that blocks SIGTERM.
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    uvicorn.run(service(arguments.bundle), port=arguments.port, loop="uvloop", http="httptools", log_level="warning",
                access_log=False)
