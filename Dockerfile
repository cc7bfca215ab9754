# Builds with everything, runs with what is needed: no compiler, no sources, no root.
FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json LICENSE ./
RUN npm ci --no-audit --no-fund
COPY tsconfig.json ./
COPY scripts/build.js ./scripts/
COPY bin ./bin
COPY src ./src
RUN npm run build
RUN npm prune --omit=dev --no-audit --no-fund

FROM node:24-slim
ENV NODE_ENV=production
# Commands such as "docker exec DOOR node bin/sallyport.js invite" need no option.
ENV SALLYPORT_CONFIG=/etc/sallyport/config.yaml
# Wins over the file's data_dir.
ENV SALLYPORT_DATA_DIR=/data
WORKDIR /app
COPY --from=build /app/package.json /app/LICENSE ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY --from=build /app/bin ./bin
# The image's own user "node", by number: Kubernetes' runAsNonRoot cannot look names up.
RUN install -d -o 1000 -g 1000 -m 0700 /data
USER 1000:1000
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=15s --start-interval=1s \
  CMD ["node", "bin/sallyport.js", "health"]
# Exec form: SIGTERM reaches the program itself, which drains and leaves with 0.
# The two sizes, in MB, are worth some percent of CPU (docs/performance.md).
ENTRYPOINT ["node", "--max-semi-space-size=64", "--min-semi-space-size=64", "bin/sallyport.js"]
CMD ["run"]
